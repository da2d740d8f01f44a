using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Operators.Exchange;

/// <summary>Sends requests and fetches answers for a service that does not read the attempt's folder. It writes the files that the service
/// would have written.</summary>
internal interface IExchangeTransport : IDisposable
{
    /// <summary>Starts to send an attempt's request, with retries.</summary>
    /// <param name="request">The attempt; its request file is written.</param>
    /// <param name="fresh">Whether the request was certainly never sent before.</param>
    void StartTransport(AttemptRequest request, bool fresh);

    /// <summary>Returns the status of an attempt outside; null before the first reply.</summary>
    TransportStatus? GetStatus(AttemptId attempt);

    /// <summary>Cancels the request at the service; <see cref="TransportStatus.Withdrawn"/> follows.</summary>
    void WithdrawRequest(AttemptRequest request);

    /// <summary>Stops the transport of an attempt that has ended.</summary>
    void StopTransport(AttemptId attempt);

    /// <summary>Waits until there is a reply for each attempt, or a time limit has passed.</summary>
    void WaitForFirstReplies();
}
