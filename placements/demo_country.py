"""The country of the nationwide demo: public organisations by their names, everything else invented."""

from employees.models import Area, Sector

MUNICIPALITIES = {
    Area.HOVEDSTADEN: ["København", "Frederiksberg", "Gladsaxe", "Gentofte", "Ballerup",
                       "Høje-Taastrup", "Hvidovre", "Helsingør"],
    Area.SJAELLAND: ["Roskilde", "Køge", "Næstved", "Slagelse", "Holbæk", "Guldborgsund"],
    Area.SYDDANMARK: ["Odense", "Esbjerg", "Vejle", "Kolding", "Sønderborg", "Svendborg"],
    Area.MIDTJYLLAND: ["Aarhus", "Randers", "Viborg", "Silkeborg", "Herning"],
    Area.NORDJYLLAND: ["Aalborg", "Hjørring", "Frederikshavn", "Thisted"],
}  # fmt: skip
REGIONS = {
    Area.HOVEDSTADEN: "Region Hovedstaden",
    Area.SJAELLAND: "Region Sjælland",
    Area.SYDDANMARK: "Region Syddanmark",
    Area.MIDTJYLLAND: "Region Midtjylland",
}
MINISTRIES = [
    "Beskæftigelsesministeriet",
    "Børne- og Undervisningsministeriet",
    "Erhvervsministeriet",
    "Finansministeriet",
    "Indenrigs- og Sundhedsministeriet",
    "Justitsministeriet",
    "Kulturministeriet",
    "Miljøministeriet",
    "Skatteministeriet",
    "Transportministeriet",
]

# kind of workplace: (department, kinds of work, description, job title)
WORKPLACES = {
    Sector.MUNICIPALITY: {
        "Borgerservice": ("Job og Borger", ["Borgerkontakt"], "borgerrådgiver",
            "Vi tager imod dem, der ikke ved, hvor de skal gå hen. Sid med i skranken, og se, hvordan "
            "vi får ventetiden ned uden at skynde på nogen."),
        "Plejecenter": ("Sundhed og Ældre", ["Pleje", "Sundhed"], "social- og sundhedsassistent",
            "Følg en vagt, hvor beboerne selv bestemmer døgnrytmen, og vær med ved tavlen om morgenen."),
        "Jobcenter": ("Job og Borger", ["Borgerkontakt", "Sagsbehandling"], "jobkonsulent",
            "Vi har slået tre indgange sammen til én. Sid med til samtaler, når borgeren siger ja."),
        "Skolen": ("Børn og Skole", ["Undervisning", "Børn"], "lærer",
            "Følg en klasse i en uge, og se, hvordan to lærere deler en time."),
        "Biblioteket": ("Kultur og Fritid", ["Formidling", "Borgerkontakt"], "bibliotekar",
            "Kom bag disken, og vær med til at planlægge et arrangement sammen med borgerne."),
        "Sundhedscenter": ("Sundhed og Ældre", ["Sundhed"], "sygeplejerske",
            "Borgerne kommer til os i stedet for omvendt. Se, hvad det har betydet for tid og nærvær."),
        "Park og Vej": ("Teknik og Miljø", ["Håndværk", "Udeliv"], "driftsassistent",
            "En uge ude med holdet: bede, huller i vejen og korte møder ved tavlen."),
        "Børnehuset": ("Børn og Skole", ["Børn"], "pædagog",
            "En uge på gulvet med de 3-6-årige. Vi arbejder i små grupper med stille zoner."),
        "Digitalisering": ("Stab og Ledelse", ["It"], "it-konsulent",
            "Sid med i vagttelefonen, og prøv at beskrive en opgave, så en udvikler kan løse den."),
        "Byggesager": ("Teknik og Miljø", ["Sagsbehandling"], "sagsbehandler",
            "Vi har halveret svartiden ved at ringe til ansøgeren den første dag."),
    },
    Sector.REGION: {
        "Hospitalskøkkenet": ("Drift og Service", ["Køkken", "Service"], "kok",
            "Vi laver mad til 1.200 patienter om dagen og smider næsten intet ud."),
        "Akutmodtagelsen": ("Sundhed", ["Sundhed", "Pleje"], "sygeplejerske",
            "Se, hvordan vi fordeler opgaver, når alt kommer på én gang."),
        "Regional Udvikling": ("Udvikling", ["Sagsbehandling", "Formidling"], "specialkonsulent",
            "Vi samler kommuner, skoler og virksomheder om noget, ingen kan alene."),
    },
    Sector.STATE: {
        "Innovationskontoret": ("Departementet", ["Sagsbehandling", "It"], "fuldmægtig",
            "Se, hvordan en god idé fra en kommune bliver til en regel, der kan bruges."),
        "Analysekontoret": ("Departementet", ["Sagsbehandling"], "analytiker",
            "Vi regner på det, I gør til daglig. Kom og fortæl os, hvad tallene ikke viser."),
        "Kommunikation": ("Departementet", ["Formidling"], "kommunikationskonsulent",
            "Hvordan siger man noget svært, så alle forstår det? Skriv med en uge."),
    },
}  # fmt: skip

FIRST_NAMES = [
    "Agnete", "Asbjørn", "Bodil", "Carsten", "Ditte", "Ejnar", "Fatima", "Gustav", "Helle",
    "Ingolf", "Jytte", "Kaj", "Lone", "Mads", "Nanna", "Ole", "Pernille", "Rasmus", "Solveig",
    "Troels", "Ulrik", "Vibeke", "Yusuf", "Åse", "Birgit", "Claus", "Dorthe", "Erik", "Freja",
    "Gorm", "Hanne", "Ibrahim", "Jonna", "Knud", "Lærke", "Morten", "Nina", "Poul", "Rikke", "Svend",
]  # fmt: skip
LAST_NAMES = [
    "Abildtrup", "Bakkegaard", "Dalhus", "Enghave", "Fjeldborg", "Grønbæk", "Hedegård", "Højlund",
    "Isager", "Jernved", "Kirkebæk", "Lindhøj", "Mosegård", "Nørremark", "Overby", "Pilgård",
    "Ravnholt", "Sandkjær", "Toftlund", "Udsen", "Vestermark", "Østerlund", "Åbrink", "Bøgevang",
    "Engvad", "Faurholt", "Gammelgård", "Hvidbjerg", "Krogsgård", "Lyngsø",
]  # fmt: skip
CONSULTANTS = ["Marianne Toftegaard", "Jakob Lynghøj"]

GOALS = [
    "Hvordan får I de faglige møder til at handle om opgaven og ikke om kalenderen?",
    "Jeg vil se, hvad vores vejledninger bliver til hos dem, der skal bruge dem.",
    "Hvordan tager I imod nye kolleger, så de bliver?",
    "Vi skal i gang med at måle mindre og lytte mere. Hvordan gør I?",
    "Hvordan siger I nej på en måde, som folk kan leve med?",
    "Jeg vil følge en sag hele vejen rundt, fra borgerens side.",
    "Hvordan arbejder I med tavlemøder, når holdet er spredt?",
    "Hvad gør I, når to fag er uenige om det samme menneske?",
    "Hvordan tester I en ny løsning, før alle skal bruge den?",
]
TAKE_HOME = [
    "Et møde på ti minutter ved tavlen hver morgen.",
    "Vi ringer nu til borgeren den første dag i stedet for at skrive.",
    "De spørger altid: hvem har vi ikke hørt?",
    "At det er i orden at vise noget, der ikke er færdigt.",
    "Jeg har fået et navn at ringe til, og det bruger jeg hver uge.",
]
HOST_TAKE_HOME = [
    "Det er sundt at skulle forklare, hvorfor vi gør, som vi gør.",
    "Vi fik øje på et skema, som ingen læser. Det er væk nu.",
    "Gæsten stillede det spørgsmål, vi selv var holdt op med at stille.",
]
OBSERVATIONS = [
    "Alle hilser på alle, også på dem fra andre hold.",
    "Der hænger et billede af en glad borger ved hver skærm.",
    "Ingen spurgte, hvem der havde besluttet det.",
]
# idea and what came of it
IDEAS = [
    ("Tavlemøde hver morgen", "Vi holder det tre dage om ugen nu."),
    ("Ring først, skriv bagefter", "Svartiden er halveret i to teams."),
    ("Én indgang for alle henvendelser", "Det strandede på telefonsystemet."),
    ("Besøg hos hinanden hvert halvår", "Den første aftale er lavet."),
    ("Et ark i stedet for tre skemaer", "Det er i brug i hele afdelingen."),
]
