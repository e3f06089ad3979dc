"""The invented town of the demo: departments, workplaces, hosts and people. Danish, and nobody real."""

DEPARTMENTS = {
    "Sundhed og Ældre": [
        "Madservice Havneby",
        "Plejecenter Strandparken",
        "Hjemmeplejen Nord",
        "Genoptræningscentret",
        "Sygeplejeklinikken",
    ],
    "Børn og Skole": [
        "Havneby Skole",
        "Engskolen",
        "Børnehuset Mariehønen",
        "Pædagogisk Udvikling",
        "Musikskolen",
    ],
    "Teknik og Miljø": [
        "Park og Vej",
        "Byggesager",
        "Havnekontoret",
        "Genbrugspladsen",
        "Natur og Vandløb",
    ],
    "Job og Borger": [
        "Jobcentret",
        "Borgerservice",
        "Ydelseskontoret",
        "Ungeindsatsen",
        "Integrationsteamet",
    ],
    "Kultur og Fritid": [
        "Hovedbiblioteket",
        "Svømmehallen",
        "Museet ved Havnen",
        "Kulturhuset Pakhuset",
        "Idrætsparken",
    ],
    "Stab og Ledelse": [
        "Rådhusets kantine",
        "It og Digitalisering",
        "Løn og Personale",
        "Økonomi",
        "Innovationsgruppen",
    ],
}

# workplace: (kinds of work, description, seats Mon–Fri, most visitors, (contact, job title),
#             meeting place, dress)
HOSTS = {
    "Rådhusets kantine": (
        ["Køkken", "Service"],
        "Vi laver frokost til 280 mennesker hver dag. Du er med, fra grøntsagerne kommer ind ad døren, "
        "til buffeten er ryddet. Vi er stolte af at have halveret madspildet på to år og viser gerne, hvordan.",
        (2, 2, 2, 2, 1), None, ("Birthe Kvist", "køkkenleder"),
        "Køkkenets bagdør i Skolegade", "Lukkede sko; vi har jakke og forklæde",
    ),
    "Plejecenter Strandparken": (
        ["Pleje", "Sundhed"],
        "Følg en vagt på et plejecenter, hvor beboerne selv bestemmer døgnrytmen. Du ser, hvordan vi "
        "planlægger dagen på en tavle, og er med til morgenmødet.",
        (1, 2, 2, 2, 1), 3, ("Jonas Damgaard", "afdelingsleder"),
        "Hovedindgangen", "Praktisk tøj og rene indesko",
    ),
    "Hovedbiblioteket": (
        ["Formidling", "Borgerkontakt"],
        "Biblioteket er byens mest besøgte rum. Kom bag disken, se, hvordan vi indretter os efter "
        "borgerne, og vær med til at planlægge et arrangement.",
        (1, 1, 2, 1, 1), None, ("Liv Abildgren", "bibliotekar"),
        "Informationen i stueetagen", "",
    ),
    "Park og Vej": (
        ["Håndværk", "Udeliv"],
        "En dag ude med holdet: huller i vejen, bede på torvet og driftsplanen på tavlen kl. 6.30. "
        "Vi arbejder med korte tavlemøder, som mange har hentet med hjem.",
        (2, 2, 2, 2, 2), None, ("Torben Friis", "driftsleder"),
        "Porten til materielgården", "Sikkerhedssko lånes ud; tag regntøj med",
    ),
    "Borgerservice": (
        ["Borgerkontakt"],
        "Se, hvordan vi tager imod 200 borgere om dagen, og hvordan vi får ventetiden ned uden at "
        "skynde på nogen.",
        (1, 1, 1, 1, 0), 4, ("Sanne Ravn", "teamleder"),
        "Skranken i stueetagen", "",
    ),
    "Havneby Skole": (
        ["Undervisning", "Børn"],
        "Følg en klasse en hel dag, vær med i lærerværelset og se, hvordan elevrådet er med til at "
        "bestemme.",
        (2, 2, 2, 2, 2), None, ("Mette Lund Iversen", "viceskoleleder"),
        "Kontoret i A-fløjen", "",
    ),
    "Børnehuset Mariehønen": (
        ["Børn"],
        "En dag på gulvet med de 3-6-årige. Vi arbejder med små grupper og stille zoner, som virker "
        "også for de voksne.",
        (1, 1, 1, 1, 1), None, ("Rune Thorup", "pædagogisk leder"),
        "Lågen på Mariehønevej", "Tøj, der må blive beskidt",
    ),
    "It og Digitalisering": (
        ["It"],
        "Sid med i vagttelefonen, se hvordan vi prioriterer, og prøv at beskrive en opgave, så en "
        "udvikler kan løse den.",
        (2, 2, 2, 2, 2), None, ("Farah Nazari", "udviklingsleder"),
        "Receptionen på 2. sal", "",
    ),
    "Genbrugspladsen": (
        ["Håndværk", "Service"],
        "Mød 600 borgere på en dag og se, hvad de smider ud. Vi har fået halvdelen af borgerne til at "
        "sortere rigtigt med tre skilte.",
        (1, 1, 1, 1, 1), None, ("Palle Overgaard", "pladsleder"),
        "Mandskabsvognen ved indkørslen", "Sikkerhedssko og vest lånes ud",
    ),
    "Jobcentret": (
        ["Borgerkontakt", "Sagsbehandling"],
        "Sid med til samtaler (hvis borgeren siger ja) og se, hvordan vi bruger en fælles tavle til "
        "de svære sager.",
        (0, 1, 1, 1, 0), 2, ("Katrine Mose", "afsnitsleder"),
        "Receptionen", "",
    ),
    "Museet ved Havnen": (
        ["Formidling", "Håndværk"],
        "Kom med i magasinet og i værkstedet, og vær med til at gøre en udstilling klar.",
        (0, 1, 1, 1, 1), 1, ("Asger Bech", "museumsinspektør"),
        "Billetsalget", "",
    ),
    "Sygeplejeklinikken": (
        ["Sundhed", "Pleje"],
        "Borgerne kommer til os i stedet for omvendt. Se, hvad det har betydet for tid og nærvær.",
        (1, 1, 0, 1, 1), None, ("Gitte Holmgaard", "klinikleder"),
        "Venteværelset, Sundhedshuset", "Korte negle, ingen ringe",
    ),
}  # fmt: skip

# Signed up by (name), description, kinds of work
SIGNED_UP = (
    "Lars Vestergaard",
    "Følg en dag med genoptræning: fra første samtale til holdtræning. Vi viser gerne, hvordan vi får "
    "folk til at møde op.",
    ["Sundhed"],
)
NOT_THIS_TIME = ("Jobcentret", "Vi flytter i foråret. Spørg os igen til næste runde.")

# name, job title, workplace, choices (a host, "* kind of work" or "anywhere"), days, goal, needs
PARTICIPANTS = [
    ("Anne Kjærsgaard", "kok", "Madservice Havneby", ["Rådhusets kantine", "* Køkken"], 2,
     "Vi laver mad til 400 pensionister. Jeg vil gerne se, hvordan kantinen får madspildet ned, og "
     "hvordan I får maden til at se indbydende ud.", ""),
    ("Bo Mikkelsen", "driftsassistent", "Svømmehallen", ["Park og Vej", "Genbrugspladsen"], 1,
     "Hvordan bruger I tavlemøder til at fordele dagens opgaver?", ""),
    ("Camilla Strand", "lærer", "Engskolen", ["Hovedbiblioteket", "Museet ved Havnen"], 1,
     "Ideer til at få børn til at læse mere uden for skolen.", ""),
    ("Dennis Agerbo", "it-medarbejder", "It og Digitalisering",
     ["Plejecenter Strandparken", "* Pleje", "anywhere"], 2,
     "Jeg bygger systemer til plejen og har aldrig set en vagt indefra.", ""),
    ("Emilie Vang", "sagsbehandler", "Ydelseskontoret", ["Borgerservice", "Jobcentret"], 1,
     "Hvordan forklarer I svære afgørelser, så folk forstår dem?", ""),
    ("Frederik Nord", "pædagog", "Børnehuset Mariehønen", ["Havneby Skole"], 2,
     "Overgangen fra børnehave til skole, set fra skolen.", ""),
    ("Gunhild Sand", "social- og sundhedsassistent", "Hjemmeplejen Nord",
     ["Sygeplejeklinikken", "Plejecenter Strandparken"], 1,
     "Hvad kan vi lære af, at borgerne kommer til jer?", "Glutenfri mad"),
    ("Hassan Demir", "vejleder", "Ungeindsatsen", ["Jobcentret", "Borgerservice", "anywhere"], 1,
     "Hvordan får I de unge til at møde op?", ""),
    ("Ida Brink", "bygningskonstruktør", "Byggesager", ["It og Digitalisering"], 1,
     "Hvordan beskriver jeg en opgave, så it forstår, hvad vi har brug for?", ""),
    ("Jens Ole Krogh", "havneassistent", "Havnekontoret", ["Museet ved Havnen"], 1,
     "Hvordan tager I jer af gamle ting, så de holder?", ""),
    ("Karen Toft", "bibliotekar", "Hovedbiblioteket", ["Museet ved Havnen", "* Formidling"], 2,
     "Hvordan fortæller I en historie med ganske få ting?", "Bruger kørestol"),
    ("Lars Vestergaard", "fysioterapeut", "Genoptræningscentret", ["Sygeplejeklinikken"], 1,
     "Booking: hvordan undgår I, at folk bliver væk?", ""),
    ("Maja Lind", "lønkonsulent", "Løn og Personale", ["Rådhusets kantine", "Park og Vej"], 1,
     "Jeg vil møde nogle af dem, jeg laver løn til.", "Vegetar"),
    ("Niels Bjerre", "økonomikonsulent", "Økonomi", ["Børnehuset Mariehønen", "anywhere"], 1,
     "Se, hvad tallene bliver til ude i virkeligheden.", ""),
    ("Olivia Skov", "naturvejleder", "Natur og Vandløb", ["Havneby Skole"], 1, "", ""),
    ("Peter Hald", "idrætsleder", "Idrætsparken", ["Genbrugspladsen"], 1,
     "Skilte, som folk faktisk læser.", ""),
]  # fmt: skip

MANAGERS = [
    ("Ulla Frandsen", "leder af Madservice", "Madservice Havneby"),
    ("Viggo Steen", "områdechef", "Økonomi"),
    ("Winnie Ågesen", "skolechef", "Pædagogisk Udvikling"),
]
CONSULTANTS = [
    ("Signe Holm", "innovationskonsulent", "Innovationsgruppen"),
    ("Thomas Ørum", "innovationskonsulent", "Innovationsgruppen"),
]

GUIDE_DA = """Spørg, som om du var ny. »Hvorfor gør I sådan?« er et godt spørgsmål.
Skriv ned, når du undrer dig. Undringen er væk i morgen.
Byd dig til: prøv en opgave, så ser du mere.
Aftal med værten, hvad I begge får ud af dagen.
Tag én ting med hjem, som I kan prøve inden for en måned."""
GUIDE_EN = """Ask as if you were new. "Why do you do it this way?" is a good question.
Write it down when something makes you wonder. Tomorrow you no longer will.
Offer a hand: try a task, and you see more.
Agree with your host on what you both get out of the day.
Bring one thing home that you can try within a month."""

# workplace, days ago, outcome, reasons for a no, note, days from today on which to call back
CALLS = [
    ("Kulturhuset Pakhuset", 6, "maybe", [],
     "Vil tale med huset først. Bedst efter kl. 10.", 0),
    ("Havnekontoret", 2, "not_reached", [], "Telefonsvarer; ringer igen.", 0),
    ("Ungeindsatsen", 3, "no", ["staff", "changes"], "Ny leder pr. 1. Spørg gerne til næste runde.", None),
    ("Musikskolen", 1, "maybe", [], "Skal se på ugeskemaet.", 3),
    ("Børnehuset Mariehønen", 4, "yes", [], "To gæster ad gangen om tirsdagen går fint.", None),
]  # fmt: skip
