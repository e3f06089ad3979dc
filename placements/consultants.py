"""What consultants may do: a group that every migration brings up to date."""

CONSULTANTS = "Konsulenter"
OWN_APPS = ["employees", "hosts", "placements", "mail"]
# Without an own text or timing the defaults hold again, and nothing else hangs on it.
MAY_BE_DELETED = ["delete_mailtext", "delete_mailtiming"]


def grant_permissions(sender, using, **kwargs) -> None:
    """Give the consultants' group the permission to see, add and change all of Praktik's own records.

    Of what they may delete see MAY_BE_DELETED.
    """
    from django.apps import apps
    from django.contrib.auth.management import create_permissions
    from django.contrib.auth.models import Group, Permission
    from django.db.models import Q

    for label in OWN_APPS:
        create_permissions(apps.get_app_config(label), verbosity=0, using=using)
    group, _ = Group.objects.using(using).get_or_create(name=CONSULTANTS)
    group.permissions.set(
        Permission.objects.using(using)
        .filter(content_type__app_label__in=OWN_APPS)
        .filter(~Q(codename__startswith="delete_") | Q(codename__in=MAY_BE_DELETED))
    )
