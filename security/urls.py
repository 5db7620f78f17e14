from django.urls import include, path

from security.views import grading

app_name = "security"
urlpatterns = [
    path("abroad/", include("security.abroad.urls")),
    path("grading/", grading.grading_list, name="grading_list"),
    path("grading/<int:pk>/", grading.grade_entry, name="grade_entry"),
]
