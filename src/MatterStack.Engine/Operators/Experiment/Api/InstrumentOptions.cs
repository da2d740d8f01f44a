using MatterStack.Engine.Wiring;

namespace MatterStack.Engine.Operators.Experiment.Api;

/// <summary>Options of an instrument's HTTP interface.</summary>
internal sealed record InstrumentOptions(
    string BaseUrl,
    InstrumentEndpoint Submit,
    InstrumentEndpoint Status,
    InstrumentEndpoint Result,
    InstrumentEndpoint File,
    InstrumentEndpoint Cancel,
    string? Authorization,
    TimeSpan PollInterval,
    TimeSpan Timeout
)
{
    public static InstrumentOptions FromSettings(Settings api) =>
        new(
            api.GetText("base_url")!.TrimEnd('/'),
            InstrumentEndpoint.FromSettings(api, "submit"),
            InstrumentEndpoint.FromSettings(api, "status"),
            InstrumentEndpoint.FromSettings(api, "result"),
            InstrumentEndpoint.FromSettings(api, "file"),
            InstrumentEndpoint.FromSettings(api, "cancel"),
            api.GetText("auth"),
            ClampToOneSecond(api.GetDuration("poll_interval") ?? TimeSpan.FromSeconds(5)),
            ClampToOneSecond(api.GetDuration("timeout") ?? TimeSpan.FromSeconds(30))
        );

    private static TimeSpan ClampToOneSecond(TimeSpan span) => span < TimeSpan.FromSeconds(1) ? TimeSpan.FromSeconds(1) : span;
}
