namespace MatterStack.Engine.Wiring;

/// <summary>Ceilings of a site: larger requests are cut to them.</summary>
/// <param name="Time">Longest time limit; null: no ceiling.</param>
/// <param name="MemoryGb">Largest memory on each node in GiB; null: no ceiling.</param>
internal sealed record SiteLimits(TimeSpan? Time, decimal? MemoryGb)
{
    /// <summary>No ceilings.</summary>
    public static SiteLimits None { get; } = new(null, null);

    /// <summary>Reads the key <c>limits</c> of a backend.</summary>
    public static SiteLimits FromSettings(Settings? settings) =>
        settings is null
            ? None
            : new(settings.GetText("time") is { } time ? TimeLimitText.Parse(time) : null, settings.GetNumber("memory_gb"));
}
