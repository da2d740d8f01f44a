using MatterStack.Engine.Operators.Exchange;

namespace MatterStack.Engine.Operators.Experiment.Api;

/// <summary>What follows from one question.</summary>
internal abstract record ApiOutcome
{
    private ApiOutcome()
    {
    }

    /// <summary>Another question.</summary>
    /// <param name="Turn">Which.</param>
    /// <param name="AtOnce">Whether now, or after the usual time.</param>
    /// <param name="Words">What there is to tell; null: nothing new.</param>
    public sealed record Next(ApiTurn Turn, bool AtOnce, string? Words) : ApiOutcome;

    /// <summary>The same again after a while.</summary>
    public sealed record Silent(string Why, TimeSpan? After = null) : ApiOutcome;

    /// <summary>No further question.</summary>
    public sealed record Says(CourierNote Note) : ApiOutcome;
}
