"""The central hall: the API that terminals sync with, and the ledger of record.

What lives here: enrolment and tokens, the push of transactions and their effect on accounts and claims, the change
feed, settlement; residents' records, documents and applications, and the catalogue of what a hall offers; and the sample
town. What must not: anything of a terminal. The hall imports the shapes on the wire (`offline_cache.wire`,
`wire_residents`) and nothing else of ours.
"""
