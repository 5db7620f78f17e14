from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

MOST_BYTES = 2 * 1024 * 1024


class VerifyForm(forms.Form):
    """A document's number and its code, as they stand in it."""

    number = forms.CharField(label=_("发文字号"), max_length=80)
    code = forms.CharField(
        label=_("校验码"),
        max_length=100,
        help_text=_("文书末尾的64位校验码，也可以填文件的SM3摘要。"),
    )


class FileForm(forms.Form):
    """The file itself: it is compared and not kept."""

    file = forms.FileField(label=_("文书文件（.docx）"))

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > MOST_BYTES:
            raise ValidationError(_("文件不能超过2 MB。"))
        return file
