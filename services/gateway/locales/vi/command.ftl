# The start page of the provincial police.
command-title = Chỉ huy
command-title-overdue = ({ $a } quá hạn) { $b }
command-ways = Việc khác
command-overdue = Xe quá hạn, làm trước
command-none-overdue = Không có xe nào quá hạn. Xe quá hạn sẽ tự hiện ở đây.
command-all-overdue = Xem mọi xe quá hạn
command-entered = Vào tại
command-to = Đến { $a }
command-posts = Các chốt
command-post = Chốt
command-road = Đường
command-road-to = { $a }, giáp { $b }
command-open = Đang mở
command-late = Quá hạn
command-late-minutes = Quá { $n } phút
command-late-hours = Quá { $a } giờ { $b } phút
command-late-days = Quá { $a } ngày { $b } giờ
