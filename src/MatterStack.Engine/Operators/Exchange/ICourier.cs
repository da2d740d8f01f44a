using MatterStack.Engine.Identity;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Operators.Exchange;

/// <summary>Carries requests out and answers in, for those who do not look into the attempt's folder: what it brings are the files that they would have written.</summary>
internal interface ICourier : IDisposable
{
    /// <summary>Carries an attempt's request from now on, as often as it takes.</summary>
    /// <param name="order">The attempt; its request file is written.</param>
    /// <param name="fresh">Whether it was surely never carried before.</param>
    void Take(AttemptOrder order, bool fresh);

    /// <summary>What is known of an attempt outside; null before the first word.</summary>
    CourierNote? Note(AttemptId attempt);

    /// <summary>Tells the other side that nothing is wanted any more; <see cref="CourierNote.Withdrawn"/> follows.</summary>
    void Withdraw(AttemptOrder order);

    /// <summary>The attempt is over.</summary>
    void Drop(AttemptId attempt);

    /// <summary>Waits until there is a word of each attempt that was taken, or it is clear that there is none to be had now.</summary>
    void UntilAsked();
}

/// <summary>What a courier knows.</summary>
internal abstract record CourierNote
{
    private CourierNote()
    {
    }

    /// <summary>It waits, is under way, or the other side cannot be reached.</summary>
    /// <param name="Words">Which, in a person's words.</param>
    /// <param name="ExternalId">Its name outside, once the other side has it.</param>
    public sealed record Waits(string Words, string? ExternalId) : CourierNote;

    /// <summary>The other side will not have it, or does not know it any more.</summary>
    public sealed record Refused(string Why) : CourierNote;

    /// <summary>It cannot be carried for now, because of trouble here.</summary>
    public sealed record HeldUp(Problem Why) : CourierNote;

    /// <summary>We cannot carry it, because of a defect of ours; the other side may have it.</summary>
    public sealed record Broken(string Why) : CourierNote;

    /// <summary>The other side knows that nothing is wanted any more, or has nothing any more.</summary>
    public sealed record Withdrawn : CourierNote;

    /// <summary>The other side could not be told yet that nothing is wanted any more; it is tried again.</summary>
    public sealed record NotWithdrawn(string Why) : CourierNote;
}
