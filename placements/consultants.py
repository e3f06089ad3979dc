"""What consultants may do: a group that every migration brings up to date."""

CONSULTANTS = "Konsulenter"
OWN_APPS = ["employees", "hosts", "placements", "mail"]


def grant_permissions(sender, using, **kwargs) -> None:
    """Give the consultants' group the permission to see, add and change all of Praktik's own records."""
    from django.apps import apps
    from django.contrib.auth.management import create_permissions
    from django.contrib.auth.models import Group, Permission

    for label in OWN_APPS:
        create_permissions(apps.get_app_config(label), verbosity=0, using=using)
    group, _ = Group.objects.using(using).get_or_create(name=CONSULTANTS)
    group.permissions.set(
        Permission.objects.using(using)
        .filter(content_type__app_label__in=OWN_APPS)
        .exclude(codename__startswith="delete_")
    )
