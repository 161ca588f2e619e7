"""Addresses of the chat page."""

from django.contrib.auth.views import LogoutView
from django.urls import path

from conversations.pages import views

app_name = "pages"
urlpatterns = [
    path("", views.home, name="home"),
    path("enter/", views.enter, name="enter"),
    path("leave/", LogoutView.as_view(next_page="pages:home"), name="leave"),
    path("sessions/", views.past, name="past"),
    path("sessions/<uuid:session_id>/", views.conversation, name="conversation"),
    path("sessions/<uuid:session_id>/turns/", views.turns, name="turns"),
    path("sessions/<uuid:session_id>/okr/", views.okr, name="okr"),
    path("turns/<uuid:job_id>/", views.turn, name="turn"),
]
