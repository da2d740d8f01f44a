using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Operators.Exchange;

/// <summary>Status of an attempt in the transport.</summary>
internal abstract record TransportStatus
{
    private TransportStatus() { }

    /// <summary>The attempt waits or runs, or the service cannot be reached.</summary>
    /// <param name="Description">Description for people.</param>
    /// <param name="ExternalId">Its id outside, once the service has accepted it.</param>
    public sealed record Pending(string Description, string? ExternalId) : TransportStatus;

    /// <summary>The service refuses the request, or does not know it any more.</summary>
    public sealed record Refused(string Reason) : TransportStatus;

    /// <summary>The request cannot be sent now because of a problem here.</summary>
    public sealed record Blocked(Problem Problem) : TransportStatus;

    /// <summary>The request cannot be sent because of an internal fault; the service may have it.</summary>
    public sealed record Faulted(string Reason) : TransportStatus;

    /// <summary>The service has confirmed the cancellation, or does not have the request.</summary>
    public sealed record Withdrawn : TransportStatus;

    /// <summary>The cancellation is not confirmed yet; it is sent again.</summary>
    public sealed record WithdrawalPending(string Reason) : TransportStatus;
}
