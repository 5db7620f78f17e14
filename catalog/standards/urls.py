from django.urls import path

from catalog.standards import views

urlpatterns = [
    path("", views.elements, name="standards"),
    path("code-lists/", views.code_lists, name="code_lists"),
    path("deviations/", views.deviations, name="standard_deviations"),
    path("new/", views.element_new, name="standard_new"),
    path("<int:pk>/", views.element, name="standard"),
    path("<int:pk>/edit/", views.element_edit, name="standard_edit"),
    path("<int:pk>/moves/<slug:name>/", views.element_move, name="standard_move"),
    path("code-lists/new/", views.code_list_new, name="code_list_new"),
    path("code-lists/<int:pk>/", views.code_list, name="code_list"),
    path("code-lists/<int:pk>/edit/", views.code_list_edit, name="code_list_edit"),
    path("code-lists/<int:pk>/moves/<slug:name>/", views.code_list_move, name="code_list_move"),
    path("code-lists/<int:pk>/codes/", views.codes_import, name="codes_import"),
    path("code-lists/<int:pk>/codes.xlsx", views.codes_export, name="codes_export"),
    path("adopt/<int:pk>/", views.adopt, name="standards_adopt"),
]
