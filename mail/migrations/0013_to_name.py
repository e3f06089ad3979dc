from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('mail', '0012_settled_letters'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='outgoingmail',
            options={'ordering': ['-created_at', '-pk'], 'verbose_name': 'letter', 'verbose_name_plural': 'letters'},
        ),
        migrations.AddField(
            model_name='outgoingmail',
            name='to_name',
            field=models.CharField(blank=True, max_length=200, verbose_name='recipient'),
        ),
    ]
