using MatterStack.Engine.Identity;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Operators.Exchange;

/// <summary>Sends requests and fetches answers for a service that does not read the attempt's folder. It writes the files that the service
/// would have written.</summary>
internal interface ICourier : IDisposable
{
    /// <summary>Starts to send an attempt's request, with retries.</summary>
    /// <param name="order">The attempt; its request file is written.</param>
    /// <param name="fresh">Whether the request was certainly never sent before.</param>
    void Take(AttemptOrder order, bool fresh);

    /// <summary>Returns the status of an attempt outside; null before the first reply.</summary>
    CourierNote? Note(AttemptId attempt);

    /// <summary>Cancels the request at the service; <see cref="CourierNote.Withdrawn"/> follows.</summary>
    void Withdraw(AttemptOrder order);

    /// <summary>Stops the transport of an attempt that has ended.</summary>
    void Drop(AttemptId attempt);

    /// <summary>Waits until there is a reply for each attempt, or a time limit has passed.</summary>
    void UntilAsked();
}

/// <summary>Status of an attempt in the transport.</summary>
internal abstract record CourierNote
{
    private CourierNote()
    {
    }

    /// <summary>The attempt waits or runs, or the service cannot be reached.</summary>
    /// <param name="Words">Description for people.</param>
    /// <param name="ExternalId">Its id outside, once the service has accepted it.</param>
    public sealed record Waits(string Words, string? ExternalId) : CourierNote;

    /// <summary>The service refuses the request, or does not know it any more.</summary>
    public sealed record Refused(string Why) : CourierNote;

    /// <summary>The request cannot be sent now because of a problem here.</summary>
    public sealed record HeldUp(Problem Why) : CourierNote;

    /// <summary>The request cannot be sent because of an internal fault; the service may have it.</summary>
    public sealed record Broken(string Why) : CourierNote;

    /// <summary>The service has confirmed the cancellation, or does not have the request.</summary>
    public sealed record Withdrawn : CourierNote;

    /// <summary>The cancellation is not confirmed yet; it is sent again.</summary>
    public sealed record NotWithdrawn(string Why) : CourierNote;
}
