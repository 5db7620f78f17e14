from django.urls import path

from sharing.returnflow.views import needs, packages

urlpatterns = [
    path("returnflow/", needs.overview, name="returnflow"),
    path("returnflow/needs/new/", needs.need_new, name="need_new"),
    path("returnflow/needs/<int:pk>/", needs.need, name="need"),
    path("returnflow/needs/<int:pk>/edit/", needs.need_edit, name="need_edit"),
    path("returnflow/needs/<int:pk>/moves/<slug:name>/", needs.need_move, name="need_move"),
    path("returnflow/packages/", packages.package_list, name="return_packages"),
    path("returnflow/packages/new/<int:pk>/", packages.package_new, name="return_package_new"),
    path("returnflow/packages/<int:pk>/", packages.package, name="return_package"),
    path(
        "returnflow/packages/<int:pk>/distribute/",
        packages.package_distribute,
        name="return_package_distribute",
    ),
    path(
        "returnflow/packages/<int:pk>/discard/",
        packages.package_discard,
        name="return_package_discard",
    ),
    path("returnflow/receipts/<int:pk>/", packages.receipt, name="return_receipt"),
    path("returnflow/receipts/<int:pk>/file/", packages.receipt_file, name="return_receipt_file"),
    path("returnflow/receipts/<int:pk>/sign/", packages.receipt_sign, name="return_receipt_sign"),
]
