"""What it costs, beside what a bare program would cost. `python -m benchmarks` runs all, or those named.

`measure` takes turns and writes the report; each other module is one benchmark; `peers/` holds the bare programs.
Nothing here is imported by the product.
"""
