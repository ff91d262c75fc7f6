# The start page of the provincial police.
command-title = Command
command-title-overdue = ({ $a } overdue) { $b }
command-ways = Other work
command-overdue = Overdue vehicles, first
command-none-overdue = No vehicle is overdue. Overdue ones will appear here.
command-all-overdue = Show all overdue vehicles
command-entered = Entered at
command-to = To { $a }
command-posts = Posts
command-post = Post
command-road = Road
command-road-to = { $a }, to { $b }
command-open = Open
command-late = Overdue
command-late-minutes = { $n } min late
command-late-hours = { $a } h { $b } min late
command-late-days = { $a } days { $b } h late
