-- Sampling and laboratory: the roles of the health service, from the day on which the province opened the system. No role of the police has any of
-- it, and the units of the health service stand under the department of health, so that no administrator of the police reaches their accounts.
insert into accounts.roles (id, valid_from, name_vi, name_en, permissions, password_length) values
    ('HEALTH_ADMIN', '2021-10-18T00:00:00+07:00', 'Quản trị của Sở Y tế', 'Health administrator',
     array['accounts.accounts.manage', 'accounts.accounts.read', 'lab.campaigns.manage', 'lab.results.approve', 'lab.results.read', 'lab.runs.perform',
           'lab.runs.read', 'lab.samples.read', 'lab.sampling.read', 'lab.sampling.take', 'lab.shipments.carry', 'lab.statistics.read',
           'lab.tasks.read', 'lab.tubes.receive'], 15),
    ('CAMPAIGN_MANAGER', '2021-10-18T00:00:00+07:00', 'Phụ trách đợt lấy mẫu', 'Campaign manager',
     array['lab.campaigns.manage', 'lab.samples.read', 'lab.sampling.read', 'lab.statistics.read', 'lab.tasks.read'], 12),
    ('SAMPLER', '2021-10-18T00:00:00+07:00', 'Người lấy mẫu', 'Sampler',
     array['lab.samples.read', 'lab.sampling.read', 'lab.sampling.take', 'lab.tasks.read'], 12),
    ('COURIER', '2021-10-18T00:00:00+07:00', 'Người giao mẫu', 'Courier',
     array['lab.samples.read', 'lab.sampling.read', 'lab.shipments.carry'], 12),
    ('LAB_RECEIVER', '2021-10-18T00:00:00+07:00', 'Nhận mẫu của phòng xét nghiệm', 'Laboratory receiver',
     array['lab.samples.read', 'lab.sampling.read', 'lab.tubes.receive'], 12),
    ('LAB_TECH', '2021-10-18T00:00:00+07:00', 'Kỹ thuật viên xét nghiệm', 'Laboratory technician',
     array['lab.runs.perform', 'lab.runs.read', 'lab.samples.read', 'lab.sampling.read'], 12),
    ('LAB_APPROVER', '2021-10-18T00:00:00+07:00', 'Người duyệt kết quả', 'Result approver',
     array['lab.results.approve', 'lab.runs.read', 'lab.samples.read', 'lab.sampling.read', 'lab.tasks.read'], 12),
    ('CDC_EPI', '2021-10-18T00:00:00+07:00', 'Dịch tễ của CDC', 'CDC epidemiologist',
     array['lab.results.read', 'lab.samples.read', 'lab.sampling.read', 'lab.statistics.read', 'lab.tasks.read'], 12),
    ('RESULT_DESK', '2021-10-18T00:00:00+07:00', 'Bàn trả kết quả', 'Result desk',
     array['lab.results.read', 'lab.samples.read', 'lab.sampling.read'], 12)
on conflict on constraint roles_pkey do nothing;
