"""Spans in the terms of OpenTelemetry; they go nowhere unless a collector is configured."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager

from opentelemetry import propagate, trace
from opentelemetry.trace import Span, SpanKind
from starlette.datastructures import Headers

from api.settings import WrongSetting
from api.stamps import RELEASE

ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
"""The variables that name a collector (OTLP over HTTP); all others of the SDK count as well."""

_tracer = trace.get_tracer("zhiheng", RELEASE)


@contextmanager
def collecting(environment: Mapping[str, str]) -> Iterator[None]:
    """Send spans to the collector that the environment names, and the last of them at the end.

    Raises WrongSetting where one is named and the extra `otel` is not installed.
    """
    named = [name for name in ENDPOINTS if environment.get(name)]
    if not named or environment.get("OTEL_SDK_DISABLED", "").lower() == "true":
        yield
        return
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError as error:
        raise WrongSetting(
            named[0],
            "需要先安装 zhiheng[otel]",
            "needs zhiheng[otel] to be installed",
        ) from error
    service = environment.get("OTEL_SERVICE_NAME", "zhiheng")
    resource = Resource.create({"service.name": service, "service.version": RELEASE})
    provider = TracerProvider(resource=resource, shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)
    try:
        yield
    finally:
        provider.shutdown()


def request_span(method: str, headers: Headers) -> AbstractContextManager[Span]:
    """The span of one HTTP request, under the caller's own where it names one (W3C traceparent).

    Exceptions are told by their type alone: their words can quote a payer.
    """
    parent = propagate.extract(headers) if "traceparent" in headers else None
    return _tracer.start_as_current_span(
        method,
        context=parent,
        kind=SpanKind.SERVER,
        record_exception=False,
        set_status_on_exception=False,
    )


def work_span(name: str, **attributes: str | int) -> AbstractContextManager[Span]:
    """The span of one piece of work, such as a batch of commands or the computing of a view."""
    return _tracer.start_as_current_span(
        name, attributes=attributes, record_exception=False, set_status_on_exception=False
    )
