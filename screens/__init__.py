"""The face of a terminal: draws the Views that come out of `kiosk` and sends back what was pressed.

Here live the page layouts, the theme, the shared widgets, and the gallery that shows every page. Nothing here
decides anything: no rules, no money, no disk, no devices. Only this package imports Kivy.
"""

from screens.environment import prepare_environment

# Kivy reads its environment when it is first imported, so it is set before any module of ours can do that.
prepare_environment()
