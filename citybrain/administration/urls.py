from django.urls import path

from citybrain.administration.views import departments, importing, people

app_name = "administration"
urlpatterns = [
    path("departments/", departments.department_list, name="departments"),
    path("departments/new/", departments.department_create, name="department_create"),
    path("departments/<int:pk>/", departments.department, name="department"),
    path("departments/<int:pk>/change/", departments.department_change, name="department_change"),
    path("departments/<int:pk>/rename/", departments.department_rename, name="department_rename"),
    path("departments/<int:pk>/merge/", departments.department_merge, name="department_merge"),
    path("people/", people.person_list, name="people"),
    path("people/new/", people.person_create, name="person_create"),
    path("people/import/", importing.people_import, name="people_import"),
    path("people/import/template/", importing.people_template, name="people_template"),
    path("people/<int:pk>/", people.person, name="person"),
    path("people/<int:pk>/change/", people.person_change, name="person_change"),
    path("people/<int:pk>/roles/", people.person_roles, name="person_roles"),
    path("people/<int:pk>/deactivate/", people.person_deactivate, name="person_deactivate"),
    path("people/<int:pk>/reactivate/", people.person_reactivate, name="person_reactivate"),
    path("people/<int:pk>/password/", people.person_password, name="person_password"),
    path("people/<int:pk>/second-factor/", people.person_factor, name="person_factor"),
]
