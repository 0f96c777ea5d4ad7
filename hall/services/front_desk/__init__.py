"""The front desk at the hall: consents, visits, tickets, alarms, the care list, and who may see what of a person."""
