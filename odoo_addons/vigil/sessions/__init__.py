"""Sessions: who is in Odoo, by what right, for how long, and out they go when they should.

book      the table: begin, touch, end
gate      every request: may this session, this user go on?
policy    the rules, and what they mean for a user
logins    right and wrong ones, over the web and by remote call
keys      API keys: used, expiring, rotated
passkeys  those that come and go
ending    the event, the stored session, the open websocket
files     the stored session of an ended one
patches   where Odoo's session begins and ends
"""
from . import book, policy, files, ending, logins, keys, passkeys, gate, patches
