"""What the CI files of a release are pinned to: actions by commit, Python by version.

A tag can be moved to other code; a commit can't. Each commit below stands with this version in many public workflows.
"""

CHECKOUT = "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1"
SETUP_PYTHON = "actions/setup-python@5fda3b95a4ea91299a34e894583c3862153e4b97 # v7.0.0"
UPLOAD_ARTIFACT = "actions/upload-artifact@043fb46d1a93c77aae656e7c1c64a875d1fc6a0a # v7.0.1"
DOWNLOAD_ARTIFACT = "actions/download-artifact@3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c # v8.0.1"
# Which commit its v1 is could not be confirmed, so it is used by tag: it runs last, in a job whose token can only read.
CLASSROOM_REPORTER = "classroom-resources/autograding-grading-reporter@v1"

# The newest Python for which every TensorFlow that the grader works with (2.18 and later) has a wheel.
PYTHON = "3.12"
