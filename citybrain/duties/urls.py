from django.urls import path

from citybrain.duties.views import calendar, duty

app_name = "duties"
urlpatterns = [
    path("", duty.duty_list, name="duty_list"),
    path("<int:pk>/", duty.duty, name="duty"),
    path("calendar/", calendar.this_year, name="this_year"),
    path("calendar/<int:year>/", calendar.calendar, name="calendar"),
    path("calendar/<int:year>/announce/", calendar.announce, name="announce"),
]
