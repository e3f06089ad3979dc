from django.urls import path

from placements.views import (
    afterwards,
    approval,
    arrivals,
    calling_off,
    demo,
    links,
    manager,
    offer,
    start,
    wish,
)

urlpatterns = [
    path("", start.start, name="start"),
    path("min-side/", start.own_page, name="own_page"),
    path("min-side/guide/<int:round_pk>/", start.guide, name="guide"),
    path("min-gruppe/", manager.team_page, name="team"),
    path("min-gruppe/<str:token>/", manager.team_by_link, name="team_by_link"),
    path("afbud/<str:token>/", calling_off.call_off, name="call_off"),
    path("oenske/<int:round_pk>/", wish.wish_page, name="wish"),
    path("oenske/<int:pk>/traek-tilbage/", wish.withdraw_wish, name="withdraw_wish"),
    path("vaert/<int:host_pk>/", arrivals.arrivals, name="arrivals"),
    path("vaert/<int:host_pk>/ny-kalenderadresse/", arrivals.renew_feed, name="renew_feed"),
    path("kalender/min/ny-adresse/", arrivals.renew_own_feed, name="renew_own_feed"),
    path("kalender/min/<slug:secret>.ics", arrivals.own_feed, name="own_feed"),
    path("kalender/<slug:secret>.ics", arrivals.host_feed, name="host_feed"),
    path("godkend/<str:token>/", approval.approval, name="approval"),
    path("svar/<str:token>/", links.host_answer, name="host_answer"),
    path("andre-dage/<str:token>/", offer.offer, name="offer"),
    path("fremmoede/<str:token>/", afterwards.attendance, name="attendance"),
    path("ideer/<str:token>/", afterwards.ideas, name="ideas"),
    path("evaluering/<str:token>/", links.evaluation, name="evaluation"),
    path("demo/log-ind/<int:pk>/", demo.sign_in_as, name="demo_sign_in"),
    path("demo/ur/", demo.move_clock, name="demo_clock"),
]
