"""The services of the front desk and of the screen at the door: who has consented, who has come, and what staff may see of them.

All of them run on the disk thread (kiosk.services.role_services.RoleServices). No picture of a face comes here; a face's numbers do,
from recognition to the encrypted gallery and back.
"""
