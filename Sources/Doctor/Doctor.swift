/// Asks WeChat with the configured credentials what is wrong.
public enum Doctor {}
