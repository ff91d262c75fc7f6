# The frame of every page.
site-name = Road monitoring
site-title = Road monitoring
skip = Skip to the content
nav-label = Main sections
nav-list = Vehicles
nav-declare = Declare
nav-guide = Guide
nav-about = About
nav-accessibility = Accessibility
nav-desk = Post desk
nav-open = Open trips
nav-overdue = Overdue
nav-arrivals = Arrivals
nav-command = Command
nav-accounts = Accounts
nav-statistics = Statistics
foot-operator = Run by the provincial police · Technical care by the Department of Information and Communications
other-language = Tiếng Việt
back = Back
errors-title = { $n ->
    [one] { $n } thing to mend
   *[other] { $n } things to mend
}
title-with-errors = Error: { $a }
live-on = Live. Updated
live-of = Data of
live-reload = Reload
live-lost = Reconnecting. Data of
live-down = The live feed is down. This page reloads itself every minute. Data of
live-fresh-one = 1 new vehicle. Show it
live-fresh-many = # new vehicles. Show them
sending = Sending
choose = Choose
older = Older
newest = Back to the newest
