"""Printers of slips: what a slip says, how it is laid out and encoded, and the driver that knows what became of it.

`slip` the document, `layout` its lines on 58 and 80 mm, `raster` drawings of what a printer cannot say, `encoding` the
bytes, `profiles` how printers differ, `status` what their answers mean, `escpos` the driver. Nothing in here knows what
a meal is.
"""
