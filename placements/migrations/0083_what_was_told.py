from django.db import migrations, models
from django.db.models import F

# Whose letters count moves by their number; a move from another host is the first of them.
MOVED = ["moved", "moved_day"]


def take_over(apps, schema_editor):
    """Of earlier moves only the days before the last are known."""
    placements = apps.get_model("placements", "Placement")
    mails = apps.get_model("placements", "PlannedMail").objects.filter(state="sent")
    for placement in placements.objects.filter(revision__gt=0):
        days = [day.isoformat() for day in placement.previous_days]
        placement.earlier_days = [days] * placement.revision
        placement.save(update_fields=["earlier_days"])
        own = mails.filter(placement=placement)
        own.filter(letter__created_at__gt=placement.moved_at).update(revision=placement.revision)
        own.filter(kind__in=MOVED).update(
            revision=F("number") - (1 if placement.calendar_key else 0)
        )


class Migration(migrations.Migration):
    dependencies = [("placements", "0082_board_steps_by_hand")]
    operations = [
        migrations.AddField(
            "plannedmail", "revision", models.PositiveSmallIntegerField(default=0, editable=False)
        ),
        migrations.AddField(
            "placement",
            "earlier_days",
            models.JSONField(blank=True, default=list, verbose_name="days before each move"),
        ),
        migrations.RunPython(take_over, migrations.RunPython.noop),
        migrations.RemoveField("placement", "previous_days"),
    ]
