"""The puzzle as plain Python: who goes where and when. Data in, data out; knows no Django.

    types      what goes in and out
    rules      which stays break no rule, and why the others do
    scoring    what makes one answer better than another
    solve      the best answer, and how far it is proven
    explain    why a person got this place, or none
    whatif     which seats would help the most people
    chains     workplaces that exchange visitors in a ring

`python -m placements.matching INSTANCE.json` solves a file (instance.py has the format).
"""
