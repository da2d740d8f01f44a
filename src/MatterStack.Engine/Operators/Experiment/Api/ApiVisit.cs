using MatterStack.Engine.Operators.Exchange;

namespace MatterStack.Engine.Operators.Experiment.Api;

/// <summary>What is to be asked next about an attempt.</summary>
internal enum ApiTurn
{
    /// <summary>Whether the instrument has it: it may have been handed over before.</summary>
    Look,

    /// <summary>To take it.</summary>
    Submit,

    /// <summary>How it stands.</summary>
    Poll,

    /// <summary>For its answer.</summary>
    Fetch,

    /// <summary>To stop it.</summary>
    Withdraw,
}

/// <summary>An attempt that a courier goes to and fro for.</summary>
internal sealed class ApiVisit(AttemptOrder order, ApiTurn turn)
{
    public AttemptOrder Order { get; } = order;

    public ApiTurn Turn { get; set; } = turn;

    public CourierNote? Note { get; set; }

    /// <summary>Name outside, once it has one.</summary>
    public string? ExternalId { get; set; } = order.ExternalId;

    /// <summary>State in the instrument's words, as last told.</summary>
    public string? Standing { get; set; }

    /// <summary>Questions in a row without an answer.</summary>
    public int Failures { get; set; }

    /// <summary>Exceptions that nobody expects.</summary>
    public int Faults { get; set; }

    /// <summary>Whether a request is under way.</summary>
    public bool Busy { get; set; }

    /// <summary>Whether the end of the attempt was asked for.</summary>
    public bool Withdrawing { get; set; }

    /// <summary>Since when, as a time stamp of the clock.</summary>
    public long WithdrawnAt { get; set; }

    public bool Dropped { get; set; }

    /// <summary>Counts how often it was put into the queue; earlier entries count no more.</summary>
    public int Ticket { get; set; }
}
