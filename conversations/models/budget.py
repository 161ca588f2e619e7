"""What an organization may spend a day, what it has spent, and what is set aside for calls under way."""

from django.db import models
from django.db.models import Q

from conversations.models.job import Job
from knowledge.models import Organization


class Budget(models.Model):
    """How many dollars of model calls an organization may spend a day; the day is UTC's."""

    organization = models.OneToOneField(
        Organization, on_delete=models.CASCADE, primary_key=True, related_name="budget"
    )
    daily_usd = models.DecimalField(
        "dollars a day", max_digits=12, decimal_places=4, help_text="0 allows no call at all."
    )
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(daily_usd__gte=0), name="budget_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.organization}: {self.daily_usd} USD a day"


class BudgetDay(models.Model):
    """What an organization with a budget has spent on one day."""

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="budget_days")
    day = models.DateField()
    spent_usd = models.DecimalField("dollars spent", max_digits=14, decimal_places=8, default=0)

    class Meta:
        ordering = ["-day"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "day"], name="budget_day_once"),
            models.CheckConstraint(condition=Q(spent_usd__gte=0), name="budget_day_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.organization} on {self.day}: {self.spent_usd} USD"


class BudgetReservation(models.Model):
    """Money set aside for one job's call: gone when the job commits, fails, or its time is over."""

    job = models.OneToOneField(Job, on_delete=models.CASCADE, primary_key=True, related_name="reservation")
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="+")
    day = models.DateField()
    epoch = models.PositiveIntegerField()
    amount_usd = models.DecimalField(max_digits=14, decimal_places=8)
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.amount_usd} USD for {self.job_id}"
