namespace MatterStack.Engine.Operators;

/// <summary>What executes attempts of one operator key, as wired. Facts go to the sink it was made with, from any thread.</summary>
internal interface IOperator : IDisposable
{
    /// <summary>Looks for attempts that an earlier process started, or may have started, and reports what is known of each; one call for all. Those under way are watched from then on.</summary>
    void Observe(IReadOnlyList<AttemptOrder> live);

    /// <summary>Starts an attempt whose intent is durable. Returns at once; a fact says what became of it.</summary>
    void Start(AttemptOrder order);

    /// <summary>Asks for the end of an attempt; a fact says when it is over.</summary>
    void Cancel(AttemptOrder order, string reason);
}
