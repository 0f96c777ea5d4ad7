"""Cameras: by V4L2, RTSP and HTTP, through OpenCV. Pictures stay in memory; nothing here writes one to a disk.

`camera` is the driver, `grabber` its thread, `sources` how each kind is opened, `watchdog` the judgement of frames.
"""
