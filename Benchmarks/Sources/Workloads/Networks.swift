// The networks that are trained, the same as the peers'.

import Descent

enum Networks {
  static func perceptron() -> Sequential {
    Sequential {
      Dense(784, 512, activation: .relu)
      Dense(512, 512, activation: .relu)
      Dense(512, 10)
    }
  }

  static func convolutional() -> Sequential {
    Sequential {
      Conv2D(32, kernel: 3, channels: 1, padding: .same, activation: .relu)
      MaxPool2D(window: 2)
      Conv2D(64, kernel: 3, channels: 32, padding: .same, activation: .relu)
      MaxPool2D(window: 2)
      Flatten()
      Dense(7 * 7 * 64, 128, activation: .relu)
      Dense(128, 10)
    }
  }

  static func transformer() -> Sequential {
    Sequential {
      Embedding(65, 256)
      LearnedPositions(maximum: 128, features: 256)
      for _ in 0..<4 { TransformerEncoderBlock(size: 256, heads: 4, hidden: 1024, isCausal: true) }
      LayerNorm(shape: [256])
      Dense(256, 65)
    }
  }

  static func recurrent() -> Sequential {
    Sequential {
      LSTM(256, features: 64)
      Dense(256, 10)
    }
  }

  /// A small residual network with depth-wise and strided convolutions.
  static func residual() -> Sequential {
    Sequential {
      Conv2D(32, kernel: 3, channels: 3, padding: .same, hasBias: false)
      BatchNorm(channels: 32)
      Activation.relu
      reduction(32, 64)
      block(64)
      reduction(64, 128)
      block(128)
      GlobalPool.average()
      Dense(128, 10)
    }
  }

  private static func reduction(_ channels: Int, _ filters: Int) -> Sequential {
    Sequential {
      DepthwiseConv2D(kernel: 3, channels: channels, stride: 2, padding: .same, hasBias: false)
      BatchNorm(channels: channels)
      Activation.relu
      Conv2D(filters, kernel: 1, channels: channels, hasBias: false)
      BatchNorm(channels: filters)
      Activation.relu
    }
  }

  private static func block(_ channels: Int) -> Sequential {
    Sequential {
      Residual {
        Conv2D(channels, kernel: 3, channels: channels, padding: .same, hasBias: false)
        BatchNorm(channels: channels)
        Activation.relu
        Conv2D(channels, kernel: 3, channels: channels, padding: .same, hasBias: false)
        BatchNorm(channels: channels)
      }
      Activation.relu
    }
  }
}
