namespace MatterStack.Engine.Operators.Exchange;

/// <summary>How work is handed over and comes back through files of the attempt's folder: the part in which people, instruments and clusters without a connection differ.</summary>
internal interface IExchange
{
    /// <summary>Name of the file that asks; it is written last, so where it is, the hand-over is complete.</summary>
    string RequestFile { get; }

    /// <summary>Writes what asks; <see cref="RequestFile"/> last and at once.</summary>
    void Ask(AttemptOrder order, DateTimeOffset? deadline, AttemptFiles files);

    /// <summary>What is waited for, in a person's words.</summary>
    string WaitsFor(AttemptOrder order);

    /// <summary>Looks for an answer.</summary>
    Answer Look(AttemptOrder order);
}
