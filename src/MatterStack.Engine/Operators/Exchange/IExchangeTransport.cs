using MatterStack.Engine.Identity;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Operators.Exchange;

/// <summary>Sends requests and fetches answers for a service that does not read the attempt's folder. It writes the files that the service
/// would have written.</summary>
internal interface IExchangeTransport : IDisposable
{
    /// <summary>Starts to send an attempt's request, with retries.</summary>
    /// <param name="order">The attempt; its request file is written.</param>
    /// <param name="fresh">Whether the request was certainly never sent before.</param>
    void StartTransport(AttemptRequest order, bool fresh);

    /// <summary>Returns the status of an attempt outside; null before the first reply.</summary>
    TransportStatus? GetStatus(AttemptId attempt);

    /// <summary>Cancels the request at the service; <see cref="TransportStatus.Withdrawn"/> follows.</summary>
    void WithdrawRequest(AttemptRequest order);

    /// <summary>Stops the transport of an attempt that has ended.</summary>
    void StopTransport(AttemptId attempt);

    /// <summary>Waits until there is a reply for each attempt, or a time limit has passed.</summary>
    void WaitForFirstReplies();
}

/// <summary>Status of an attempt in the transport.</summary>
internal abstract record TransportStatus
{
    private TransportStatus()
    {
    }

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
