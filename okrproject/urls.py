"""Every address of the site."""

from django.contrib import admin
from django.urls import include, path, re_path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from okrproject import error_views
from okrproject.dashboard.views import performance_page
from okrproject.health import views as health
from okrproject.metrics.views import MetricsView

admin.autodiscover()

urlpatterns = [
    path("api/v1/", include("conversations.api.urls")),
    path("api/v1/", include("knowledge.api.urls")),
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/docs/", SpectacularSwaggerSplitView.as_view(url_name="schema"), name="docs"),
    re_path(r"^api/", error_views.unknown_address),
    path("admin/performance/", admin.site.admin_view(performance_page), name="performance"),
    path("admin/", admin.site.urls),
    path("metrics", MetricsView.as_view(), name="metrics"),
    path("health/", health.HealthView.as_view(), name="health"),
    path("health/live", health.live, name="health-live"),
    path("health/ready", health.ready, name="health-ready"),
    path("", include("conversations.pages.urls")),
]

handler400 = error_views.bad_request
handler403 = error_views.permission_denied
handler404 = error_views.not_found
handler500 = error_views.server_error
