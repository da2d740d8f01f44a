using MatterStack.Engine.Operators.Exchange;

namespace MatterStack.Engine.Operators.Experiment.Api;

/// <summary>State of an attempt at an instrument.</summary>
internal sealed class InstrumentAttempt(AttemptRequest request, InstrumentStep turn)
{
    public AttemptRequest Request { get; } = request;

    public InstrumentStep Step { get; set; } = turn;

    public TransportStatus? Status { get; set; }

    /// <summary>Id at the instrument, once it is accepted.</summary>
    public string? ExternalId { get; set; } = request.ExternalId;

    /// <summary>Last status text of the instrument.</summary>
    public string? StatusText => LastStatus is { } status ? status.ToText() + (EndMessage is null ? "" : ": " + EndMessage) : null;

    /// <summary>Last status that the instrument reported; null if it has reported none.</summary>
    public InstrumentStatus? LastStatus { get; set; }

    /// <summary>The instrument's message about the end; null if there is none.</summary>
    public string? EndMessage { get; set; }

    /// <summary>Number of consecutive requests without a usable reply.</summary>
    public int FailureCount { get; set; }

    /// <summary>Number of unexpected exceptions.</summary>
    public int FaultCount { get; set; }

    /// <summary>Whether a request is running.</summary>
    public bool IsRequestRunning { get; set; }

    /// <summary>Whether a cancellation was requested.</summary>
    public bool IsWithdrawing { get; set; }

    /// <summary>Time of the cancellation, as a timestamp of the clock.</summary>
    public long WithdrawnAt { get; set; }

    public bool IsDropped { get; set; }

    /// <summary>Number of its latest queue entry; earlier entries are ignored.</summary>
    public int QueueTicket { get; set; }
}
