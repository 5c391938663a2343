"""The figures on punctuality (及时率), summed up: settled debts by rule, debtor and month in which they were due.

A trigger adds a row when a debt is settled, and one that takes it back should its times change; once a day rows alike are
folded into one (`alerts.services.debt_tally`). What is overdue and unsettled is never stored: it is counted at the moment
that is asked about. There are no foreign keys: the debt's own were checked.
"""

from django.db import models


class DebtTally(models.Model):
    office = models.BigIntegerField()
    rule = models.BigIntegerField()
    debtor = models.BigIntegerField()
    named = models.BigIntegerField(null=True)
    """The firm that is named in the incident, where it is another than the firm that owed: whose debt it is not to see."""
    month = models.DateField()
    in_time = models.BooleanField()
    n = models.IntegerField()
