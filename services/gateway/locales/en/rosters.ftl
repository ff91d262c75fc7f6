# Lists of people of a campaign, and labels of tubes.
rosters-title = People listed
rosters-of = People listed: { $a }
rosters-lead = Take the lists of villages, schools and workplaces before the day: the desk then only scans a card or types a name.
rosters-taken = Lists that were taken
rosters-empty = No list was taken for this campaign yet.
roster-choose = Take a list
roster-choose-other = Choose another file
file-template = Download the template (XLSX)
roster-file = The file of the list
roster-file-hint = XLSX or CSV, at most 5,000 people and 3 MB. Columns in any order; it needs the name and the date or year of birth.
roster-look = Look first
roster-missing-file = Choose the file of the list
roster-too-large = The file is larger than 3 MB. Split the list into several files
roster-away = No answer yet. The file is still here: press “Send again”, sent twice is one.
roster-again = Send again
roster-drop = Drop this file
roster-looked = A look: nothing is stored yet
roster-take = { $n ->
    [one] Take the one right row
   *[other] Take { $n } right rows
  }
roster-taken = The list was taken
roster-taken-all = Everybody in the list is on file.
roster-taken-says = The right rows are on file. Mend wrong rows in the file and take it again: nobody is registered twice.
roster-nothing = No row can be taken. Mend the file and choose it again.
roster-same-title = This file was taken before
roster-same = This file was taken before. Nobody is registered twice.
roster-same-at = This file was taken at { $a }. Nobody is registered twice.
roster-rows = rows with somebody
roster-new = new people
roster-known = known before
roster-wrong = wrong rows
roster-faults = Cells to mend
roster-faults-first = The first 200 only.
file-row = Row
roster-fault-column = Column
roster-fault-value = It says
roster-fault-rule = What to do
roster-cell-empty = (empty)
roster-result = Download what became of each row (XLSX)
roster-result-name = list-taken.xlsx
file-at = Taken at
roster-by = Taken by
roster-by-you = you
roster-by-other = somebody else
file-rows = Rows
roster-count-new = New people
roster-count-wrong = Wrong rows
roster-stands = Taken
roster-undone = Taken back
roster-undone-at = Taken back at
roster-undone-says = The list was taken back: { $a } erased, { $b } kept.
roster-undo = Take back
roster-undo-title = Take back the list of { $a }?
roster-undo-new = { $n ->
    [one] This list registered one person.
   *[other] This list registered { $n } people.
  }
roster-undo-lead = Whoever is in this list alone and was not sampled is erased for good. Whoever was sampled, or is in another list, stays.
roster-undo-do = Take the list back
roster-undo-not = Keep it
labels-title = Print tube labels
labels-lead = Each label has a code that no tube has yet, with a bar code to scan. Print them before the shift, one for each tube.
labels-layout = Sheet
labels-layout-hint = As the label paper you have
labels-a4-65 = A4, 65 labels of 38.1 × 21.2 mm
labels-a4-24 = A4, 24 labels of 63.5 × 33.9 mm
labels-roll = Roll, labels of 50 × 30 mm
labels-count = Labels
labels-count-hint = 1 to 1,000
labels-scale = Print at 100 %, not “fit to page”, so that the labels lie where they should.
labels-do = Download the labels (PDF)
labels-missing-layout = Choose the sheet
labels-wrong-count = Write a number from 1 to 1,000
