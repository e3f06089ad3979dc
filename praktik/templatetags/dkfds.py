"""What the crispy template pack `dkfds` asks of a form and its fields."""

from django import forms, template

register = template.Library()


@register.filter
def widget_kind(field) -> str:
    """Which markup of Det Fælles Designsystem a bound field takes."""
    widget = field.field.widget
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return "choices"
    if isinstance(widget, forms.CheckboxInput):
        return "checkbox"
    if isinstance(widget, forms.Select):
        return "select"
    return "number" if isinstance(widget, forms.NumberInput) else "text"


@register.filter
def first_id(field) -> str:
    """The id of the first control of a field, for a link from the list of errors."""
    return field.subwidgets[0].id_for_label if widget_kind(field) == "choices" else field.auto_id


@register.filter
def is_a_question(label) -> bool:
    """Whether a label ends with its own sign and takes no colon."""
    return str(label).endswith("?")


@register.filter
def has_field_errors(form) -> bool:
    return any(field.errors for field in form)
