using MatterStack.Engine.Operators.Exchange;

namespace MatterStack.Engine.Operators.Experiment.Api;

/// <summary>Result of one request to an instrument.</summary>
internal abstract record ApiOutcome
{
    private ApiOutcome()
    {
    }

    /// <summary>Another request follows.</summary>
    /// <param name="Turn">The request.</param>
    /// <param name="AtOnce">Whether it follows at once, or after the poll interval.</param>
    /// <param name="Words">New status text; null if it has not changed.</param>
    public sealed record Next(ApiTurn Turn, bool AtOnce, string? Words) : ApiOutcome;

    /// <summary>There was no usable reply. The same request is sent again later.</summary>
    public sealed record Silent(string Why, TimeSpan? After = null) : ApiOutcome;

    /// <summary>The final status. No further request follows.</summary>
    public sealed record Says(CourierNote Note) : ApiOutcome;
}
