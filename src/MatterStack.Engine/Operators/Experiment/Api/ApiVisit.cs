using MatterStack.Engine.Operators.Exchange;

namespace MatterStack.Engine.Operators.Experiment.Api;

/// <summary>The next request for an attempt.</summary>
internal enum ApiTurn
{
    /// <summary>Ask whether the instrument knows the attempt: it may have been submitted before.</summary>
    Look,

    /// <summary>Submit the attempt.</summary>
    Submit,

    /// <summary>Ask for its status.</summary>
    Poll,

    /// <summary>Fetch its answer.</summary>
    Fetch,

    /// <summary>Cancel it.</summary>
    Withdraw,
}

/// <summary>State of an attempt at an instrument.</summary>
internal sealed class ApiVisit(AttemptOrder order, ApiTurn turn)
{
    public AttemptOrder Order { get; } = order;

    public ApiTurn Turn { get; set; } = turn;

    public CourierNote? Note { get; set; }

    /// <summary>Id at the instrument, once it is accepted.</summary>
    public string? ExternalId { get; set; } = order.ExternalId;

    /// <summary>Last status text of the instrument.</summary>
    public string? Standing { get; set; }

    /// <summary>Number of consecutive requests without a usable reply.</summary>
    public int Failures { get; set; }

    /// <summary>Number of unexpected exceptions.</summary>
    public int Faults { get; set; }

    /// <summary>Whether a request is running.</summary>
    public bool Busy { get; set; }

    /// <summary>Whether a cancellation was requested.</summary>
    public bool Withdrawing { get; set; }

    /// <summary>Time of the cancellation, as a timestamp of the clock.</summary>
    public long WithdrawnAt { get; set; }

    public bool Dropped { get; set; }

    /// <summary>Number of its latest queue entry; earlier entries are ignored.</summary>
    public int Ticket { get; set; }
}
