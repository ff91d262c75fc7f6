# Arrivals: what the police of a commune or district confirm.
arrivals-title = Arrivals in { $a }
arrivals-alarm-title = ({ $a } overdue) { $b }
arrivals-overdue-title = Overdue in { $a }
arrivals-sums = Summary
arrivals-overdue = Overdue
arrivals-soon = Due within 1 hour
arrivals-way = On the way
arrivals-confirmed-today = Confirmed today
arrivals-late-title = Overdue, do these first
arrivals-done = Answered in the last 24 hours
arrivals-empty = No vehicle is due. New ones appear here.
arrivals-overdue-empty = Nothing is overdue.
arrivals-col-due = Due
arrivals-col-place = Declared destination
arrivals-confirm = Confirm
arrivals-differs = Not as declared
arrivals-call = Call the driver of { $a }
arrivals-born = Born { $a }, { $b }
arrivals-resample = { $n ->
    [one] 1 person in the vehicle has to be swabbed again. Send them to the health station or the nearest sampling site; they stay apart until there is a result.
   *[other] { $n } people in the vehicle have to be swabbed again. Send them to the health station or the nearest sampling site; they stay apart until there is a result.
  }
arrivals-via = Via { $a }
confirm-title = Has { $a } arrived?
confirm-differs-title = How does { $a } differ from its declaration?
confirm-answered-title = { $a } has been answered
confirm-headcount = People present
confirm-headcount-hint = { $n ->
    [one] Count them. The post counted 1 person.
   *[other] Count them. The post counted { $n } people.
  }
confirm-what-differs = What differs
confirm-do = Confirm as declared
confirm-do-differs = Record as not as declared
confirm-as-declared = As declared
confirm-later = Later
confirm-missing-headcount = Count the people and write a number from 0 to 99
confirm-missing-result = Choose what differs
confirm-own-admission = Whoever admitted the vehicle cannot confirm its arrival. Ask another officer.
result-as-declared = As declared
result-wrong-place = Wrong place
result-wrong-persons = Wrong people
result-wrong-vehicle = Wrong vehicle
result-not-found = Vehicle not found
