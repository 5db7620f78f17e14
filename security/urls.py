from django.urls import path

from security.views import grading

app_name = "security"
urlpatterns = [
    path("grading/", grading.grading_list, name="grading_list"),
    path("grading/<int:pk>/", grading.grade_entry, name="grade_entry"),
]
