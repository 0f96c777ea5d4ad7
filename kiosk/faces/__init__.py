"""Who stands before the camera, as far as somebody asked to be known.

Recognition is a process of its own: it owns the camera, and neither a frame nor a stranger's vector ever leaves it. It has
no disk and no key; templates of people who agreed are given to it over a pipe, and what it says back are small events.

    frame -> motion -> detection or tracking -> quality -> encoder, twice -> gallery -> event

* `engine`, `dlib_68`, `dlib_5` the engines behind one protocol; `models` their files.
* `motion`, `quality`, `tracking`, `liveness` what is looked at, and what is believed; `pipeline` puts them together (pure).
* `matching` the gallery: named, one of two, or unknown, by a threshold that is tied to how many are enrolled.
* `messages` what crosses the pipe, `process` the process, `recognition` the terminal's side, which keeps it alive.

What must not be here: a file of faces, a picture on a disk or a way for one to leave the process.
"""
