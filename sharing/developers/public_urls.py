"""What everybody may open, and developers with their own session."""

from django.urls import path

from sharing.developers.views import own, public

app_name = "developers"
urlpatterns = [
    path("", public.guide, name="guide"),
    path("register/", public.register, name="register"),
    path("enter/", public.enter, name="enter"),
    path("sent/", public.sent, name="sent"),
    path("link/<str:token>/", public.link, name="link"),
    path("mine/", own.mine, name="mine"),
    path("mine/keys/", own.issue, name="key_issue"),
    path("mine/keys/<int:pk>/rotate/", own.rotate, name="key_rotate"),
    path("mine/keys/<int:pk>/revoke/", own.revoke, name="key_revoke"),
    path("mine/withdraw/", own.withdraw, name="withdraw"),
    path("leave/", own.leave, name="leave"),
]
