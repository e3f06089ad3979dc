"""A limit on uploaded files, kept while they arrive: what is too large is never stored."""

from django.core.files.uploadhandler import FileUploadHandler

from praktik.tables.reading import MOST_BYTES


class LimitedUploadHandler(FileUploadHandler):
    """Drops what lies beyond MOST_BYTES; `too_large(request)` then tells so.

    It reads on to the end, so that the browser gets an answer it can show. (Django's StopUpload would
    read the rest line by line, and hold a file without line breaks in memory as one.)
    """

    def handle_raw_input(self, *args, **kwargs):
        self.received = 0

    def receive_data_chunk(self, raw_data, start):
        self.received += len(raw_data)
        if self.received > MOST_BYTES:
            self.request.upload_too_large = True
            return None
        return raw_data

    def file_complete(self, file_size):
        return None


def too_large(request) -> bool:
    """Whether a file of this request was cut off for its size."""
    return getattr(request, "upload_too_large", False)
