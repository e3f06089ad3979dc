from django.db import migrations, models


def tell_apart(apps, schema_editor):
    """A no to days that were offered was the participant's: it had been written as the host's."""
    events = apps.get_model("placements", "Event").objects
    of_participants = events.filter(from_state="offered", to_state="declined")
    placements = apps.get_model("placements", "Placement").objects
    ended = of_participants.exclude(placement=None).values("placement")
    placements.filter(pk__in=ended, state="declined").update(state="unsuited")
    of_participants.update(to_state="unsuited")


class Migration(migrations.Migration):

    dependencies = [
        ('hosts', '0011_hosts_help_themselves'),
        ('placements', '0083_what_was_told'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='placement',
            name='placement_state_is_known',
        ),
        migrations.AlterField(
            model_name='event',
            name='from_state',
            field=models.CharField(blank=True, choices=[('draft', 'Draft'), ('sent', 'Sent'), ('withdrawn', 'Withdrawn'), ('proposed', 'Proposed'), ('asked', 'Host asked'), ('offered', 'Other days offered'), ('accepted', 'Host said yes'), ('confirmed', 'Confirmed'), ('declined', 'Host said no'), ('unsuited', 'Other days did not suit'), ('expired', 'Nobody answered in time'), ('cancelled', 'Cancelled')], max_length=10, verbose_name='from'),
        ),
        migrations.AlterField(
            model_name='event',
            name='to_state',
            field=models.CharField(choices=[('draft', 'Draft'), ('sent', 'Sent'), ('withdrawn', 'Withdrawn'), ('proposed', 'Proposed'), ('asked', 'Host asked'), ('offered', 'Other days offered'), ('accepted', 'Host said yes'), ('confirmed', 'Confirmed'), ('declined', 'Host said no'), ('unsuited', 'Other days did not suit'), ('expired', 'Nobody answered in time'), ('cancelled', 'Cancelled')], max_length=10, verbose_name='to'),
        ),
        migrations.AlterField(
            model_name='placement',
            name='state',
            field=models.CharField(choices=[('proposed', 'Proposed'), ('asked', 'Host asked'), ('offered', 'Other days offered'), ('accepted', 'Host said yes'), ('confirmed', 'Confirmed'), ('declined', 'Host said no'), ('unsuited', 'Other days did not suit'), ('expired', 'Nobody answered in time'), ('cancelled', 'Cancelled')], default='proposed', max_length=10, verbose_name='state'),
        ),
        migrations.RunPython(tell_apart, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name='placement',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['proposed', 'asked', 'offered', 'accepted', 'confirmed', 'declined', 'unsuited', 'expired', 'cancelled'])), name='placement_state_is_known'),
        ),
    ]
