namespace MatterStack.Engine.Runs.Usage;

/// <summary>What attempts asked for of one quantity.</summary>
internal sealed class AskedAmount
{
    /// <summary>The smallest amount; null if no attempt stated one.</summary>
    public double? Min { get; private set; }

    /// <summary>The largest amount; null if no attempt stated one.</summary>
    public double? Max { get; private set; }

    /// <summary>Number of attempts that stated none.</summary>
    public int Unstated { get; private set; }

    /// <summary>Adds the amount of an attempt; null: it stated none.</summary>
    public void Add(double? amount)
    {
        if (amount is not { } known)
        {
            Unstated++;
            return;
        }

        Min = Math.Min(known, Min ?? known);
        Max = Math.Max(known, Max ?? known);
    }
}
